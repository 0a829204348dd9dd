import { doubtOf } from './scope.ts'
import type { Walk } from './walk-state.ts'

/** Variables whose value some program runs as a shell line. */
const lines = /^(?:PAGER|GIT_PAGER|MANPAGER|EDITOR|VISUAL|GIT_EDITOR|GIT_SEQUENCE_EDITOR|GIT_SSH_COMMAND|GIT_SSH|GIT_EXTERNAL_DIFF|GIT_ASKPASS|SSH_ASKPASS|SUDO_ASKPASS|GIT_PROXY_COMMAND|BROWSER|LESSOPEN|LESSCLOSE|RSYNC_RSH|FZF_DEFAULT_COMMAND|RUSTC_WRAPPER|CC|CXX|LD)$/

/** Variables that make a program run or load something else. */
const hidden = /^(?:GIT_CONFIG.*|GIT_EXEC_PATH|GIT_TEMPLATE_DIR|GIT_ALLOW_PROTOCOL|npm_config_script_shell|npm_config_shell|TAR_OPTIONS|MAKEFLAGS|GNUMAKEFLAGS|MFLAGS|MAKEFILES|LESSKEY|LESS|VIMINIT|EXINIT|RIPGREP_CONFIG_PATH|SHELL|HOSTALIASES|PERL5DB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|PYTHONINSPECT|PYTHONHOME)$/

/** Reads a variable that names a program, and says why a variable makes what runs uncertain. */
export function readVariable(walk: Walk, name: string, value: string | undefined): readonly string[] {
  if (name === 'NODE_OPTIONS' && value !== undefined && /^(?:\s*--(?:max[-\w]+=\d+|no-warnings|trace-[-\w]+|enable-source-maps|openssl-legacy-provider|experimental-vm-modules))*\s*$/.test(value)) return []
  const doubt = doubtOf(name)
  if (doubt !== undefined) return [doubt]
  if (hidden.test(name) && !(name === 'LESS' || name === 'SHELL')) return [`${name} is set, which changes what the program does`]
  if (!lines.test(name) || value === '') return []
  if (value === undefined) return [`${name} names a program that is only known at run time`]
  walk.reader.text(walk, value, { same: false })
  return []
}
