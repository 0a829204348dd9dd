/** That a work folder is not looked at, for people. */
export const unseenText = (reason: string): string => `What commands do to files is neither seen nor taken back: ${reason}`
