/** Sub-commands that touch only this machine. Some run hooks of the repository; their effects are seen by the sandbox. */
export const localCommands: ReadonlySet<string> = new Set(`
  add am annotate apply archive bisect blame branch bundle cat-file check-attr check-ignore check-mailmap check-ref-format checkout checkout-index cherry
  cherry-pick clean column commit commit-graph commit-tree config count-objects describe diff diff-files diff-index diff-tree difftool fast-export
  fast-import filter-branch fmt-merge-msg for-each-ref format-patch fsck gc get-tar-commit-id grep hash-object help index-pack init interpret-trailers log
  ls-files ls-tree mailinfo mailsplit maintenance merge merge-base merge-file merge-index merge-tree mergetool mktag mktree multi-pack-index mv name-rev notes
  pack-objects pack-refs patch-id prune prune-packed range-diff read-tree rebase reflog repack replace rerere reset restore rev-list rev-parse revert rm
  shortlog show show-branch show-index show-ref sparse-checkout stage stash status stripspace switch symbolic-ref tag unpack-file unpack-objects update-index
  update-ref update-server-info var verify-commit verify-pack verify-tag version whatchanged worktree write-tree
`.trim().split(/\s+/))

/** Sub-commands that reach another repository, or that only the reader of each can tell. */
export const otherCommands: ReadonlySet<string> = new Set(`
  push send-pack http-push svn lfs subtree p4 clone fetch fetch-pack pull ls-remote remote submodule request-pull send-email imap-send cvsimport cvsexportcommit
  citool gui gitk instaweb daemon shell hook web--browse credential credential-store credential-cache upload-pack receive-pack upload-archive for-each-repo
`.trim().split(/\s+/))

/** Sub-commands that start editors, servers or other programs chosen elsewhere. */
export const hiddenCommands: ReadonlySet<string> = new Set(['citool', 'gui', 'gitk', 'instaweb', 'daemon', 'shell', 'hook', 'web--browse', 'for-each-repo'])

/** Sub-commands that make commits, unless one of the options stands there. */
export const commitCommands: Readonly<Record<string, RegExp>> = {
  commit: /^--(?:dry-run|short|porcelain|long)$/,
  'commit-tree': /^$/,
  merge: /^--(?:abort|quit|no-commit|squash|ff-only)$/,
  'cherry-pick': /^(?:--(?:abort|quit|no-commit)|-n)$/,
  revert: /^(?:--(?:abort|quit|no-commit)|-n)$/,
  rebase: /^--(?:abort|quit|show-current-patch|edit-todo)$/,
  am: /^--(?:abort|quit|show-current-patch.*)$/,
  pull: /^--(?:ff-only|dry-run|no-commit|squash)$/,
}
