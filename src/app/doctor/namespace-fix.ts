/**
 * The command after which this machine lets an ordinary user make namespaces, by what stands in its way.
 * @param read gives the text of a file, or undefined when it is not there
 */
export function namespaceFix(read: (path: string) => string | undefined): string {
  const isSet = (name: string, value: string): boolean => read(`/proc/sys/${name.replaceAll('.', '/')}`)?.trim() === value
  if (isSet('user.max_user_namespaces', '0')) return setting('user.max_user_namespaces=15000')
  if (isSet('kernel.unprivileged_userns_clone', '0')) return setting('kernel.unprivileged_userns_clone=1')
  if (isSet('kernel.apparmor_restrict_unprivileged_userns', '1')) return setting('kernel.apparmor_restrict_unprivileged_userns=0')
  if (read('/.dockerenv') !== undefined || read('/run/.containerenv') !== undefined) return inContainer
  return `If this is a container, ${inContainer}; else ask who keeps this machine: user namespaces are switched off in it`
}

const inContainer = 'start it with: --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined'

const setting = (words: string): string => `sudo sysctl -w ${words} (to keep it: echo ${words} | sudo tee /etc/sysctl.d/60-omnigent.conf)`
