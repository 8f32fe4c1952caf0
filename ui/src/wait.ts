/** Waiting, for what has nothing of its own to be waited for by. */

export const after = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** Over once what is in the page now has been painted. A window that is not seen paints nothing. */
export const frame = () => new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)))
