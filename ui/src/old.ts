/** What Reka UI calls and Chromium 87 and Safari 14 lack. Imported first; syntax and CSS are lowered by Vite. */
if (!Object.hasOwn) Object.hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key)

export {}
