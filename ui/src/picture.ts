/** A picture as the web view's own clipboard and share sheet take it. Rejected: `fetch` of a data URL, which the CSP refuses. */
export function pictureFile(base64: string, name: string): File {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return new File([bytes], name, { type: 'image/png' })
}
