import type { Action } from '../../spec/actions.ts'
import { PlainText } from '../ui/plain-text.tsx'

/** The call as the policy sees it: what kinds of things it does, to what, and whether data leaves the machine. */
export function ActionList({ actions }: { readonly actions: readonly Action[] }) {
  if (actions.length === 0) return null
  return (
    <ul aria-label="Actions" className="space-y-0.5 text-xs">
      {actions.map((action, index) => (
        <li key={index} className="flex flex-wrap gap-x-2">
          <span className="font-mono font-medium">{action.kind}</span>
          <PlainText text={detailOf(action)} className="min-w-0 font-mono text-ink-2" />
          <span className={action.outbound === false ? 'text-ink-3' : 'text-amber'}>{outbound(action)}</span>
        </li>
      ))}
    </ul>
  )
}

function outbound(action: Action): string {
  if (action.outbound === 'unknown') return 'may leave this machine'
  return action.outbound ? 'leaves this machine' : 'stays here'
}

function detailOf(action: Action): string {
  switch (action.kind) {
    // The command itself stands above, whole.
    case 'exec': return action.cwd === undefined ? '' : `in ${action.cwd}`
    case 'git.push': return [action.repo, action.ref, action.force === true ? '--force' : undefined, action.delete === true ? '--delete' : undefined].filter((part) => part !== undefined).join(' ')
    case 'git.commit': return action.message ?? ''
    case 'package.install': return `${action.manager}: ${action.names.join(' ')}`
    case 'package.publish': return `${action.manager}: ${action.name ?? ''}`
    case 'file.read': case 'file.write': case 'file.delete': return action.path
    case 'net.request': return `${action.method ?? ''} ${action.scheme ?? 'https'}://${action.host}${action.path ?? ''}`.trim()
    case 'mcp.call': return `${action.server}/${action.tool}`
    case 'model.call': return action.model
    case 'spawn': return action.agent
    case 'message.out': return action.to ?? ''
    case 'policy.change': return `${action.level} ${action.policy ?? ''}`.trim()
    case 'secret.use': return `${action.name} at ${action.host}`
    case 'other': return action.tool
  }
}
