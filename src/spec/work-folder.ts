/**
 * Whether a folder is looked at for what calls change in it. All that a person has is no work folder: a look at it would take
 * minutes, and as much disk.
 */
export const isLookedAt = (folder: string, home: string | undefined): boolean => folder !== '/' && folder !== home
