import { describe, expect, it } from 'vitest'
import { plainCommand } from './plain-command.ts'

describe('what a shown command runs', () => {
  it.each([
    ["/bin/bash -lc 'echo one'", 'echo one'],
    ['/bin/bash -lc ls', 'ls'],
    [`/usr/bin/zsh -lc "echo 'a' \\"b\\" \\\\n \\$HOME"`, `echo 'a' "b" \\n $HOME`],
    [`bash -c 'echo '"'"'it'"'"`, `echo 'it'`],
    ["/bin/bash -lc 'one\ntwo'", 'one\ntwo'],
  ])('%s', (shown, command) => expect(plainCommand(shown)).toBe(command))

  it.each([
    ['is no such line', 'git status'],
    ['has more than one word', '/bin/bash -lc ls -la'],
    ['has an open quote', "/bin/bash -lc 'echo"],
    ['would still be expanded', '/bin/bash -lc "echo $HOME"'],
    ['has two lines in one', "/bin/bash -lc 'a'; rm x"],
  ])('is shown as it is when it %s', (_why, shown) => expect(plainCommand(shown)).toBe(shown))
})
