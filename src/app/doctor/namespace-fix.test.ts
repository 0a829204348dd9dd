import { expect, it } from 'vitest'
import { namespaceFix } from './namespace-fix.ts'

const machine = (files: Readonly<Record<string, string>>) => (path: string) => files[path]

it.each([
  { where: 'where there may be none', files: { '/proc/sys/user/max_user_namespaces': '0\n' }, fix: 'sudo sysctl -w user.max_user_namespaces=15000' },
  { where: 'where a kernel of Debian’s keeps them from users', files: { '/proc/sys/user/max_user_namespaces': '60000\n', '/proc/sys/kernel/unprivileged_userns_clone': '0\n' }, fix: 'sudo sysctl -w kernel.unprivileged_userns_clone=1' },
  { where: 'where AppArmor does', files: { '/proc/sys/kernel/unprivileged_userns_clone': '1\n', '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' }, fix: 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0' },
  { where: 'in a container of Docker’s', files: { '/.dockerenv': '' }, fix: 'start it with: --security-opt seccomp=unconfined' },
  { where: 'in one of Podman’s', files: { '/run/.containerenv': '' }, fix: 'start it with: --security-opt seccomp=unconfined' },
  { where: 'where nothing shows why', files: {}, fix: 'If this is a container, start it with' },
])('says what allows namespaces $where', ({ files, fix }) => {
  expect(namespaceFix(machine(files)).startsWith(fix)).toBe(true)
})
