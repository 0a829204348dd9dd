import { basename, dirname } from 'node:path/posix'
import { entriesOf, type YamlNode } from '../../../yaml/yaml-node.ts'
import { toName } from '../../resolve-agent.ts'
import type { AgentFileKind } from '../detect-kind.ts'
import { draftNode, put } from '../draft.ts'
import { textNode } from '../make-node.ts'
import type { Translation } from '../translation.ts'
import { readBundleFolder } from './bundle-folder.ts'
import { type PythonScope, readAgent } from './python-agent.ts'

/** The native map of an agent file of the Python edition. Nothing it names is imported or run. */
export async function translatePython(translation: Translation, root: YamlNode, kind: Exclude<AgentFileKind, 'native' | 'sub-agent'>): Promise<YamlNode> {
  const { path } = translation.source
  const place = entriesOf(root)[0]?.keyRange ?? root.range
  const scope: PythonScope = { translation, kind, folder: dirname(path), place }
  const draft = await readAgent(scope, root)
  if (kind === 'python-bundle') {
    await readBundleFolder(scope, draft)
    // A bundle is a folder; its file is always called config.yaml.
    if (!draft.fields.has('name') && /^config\.ya?ml$/.test(basename(path))) put(draft, 'name', textNode(place, toName(basename(scope.folder))))
  }
  return draftNode(draft, root.range, place)
}
