import type { ProjectGrant, ProjectGrants } from '../../src/spec/ports/project-grants.ts'

/** What is allowed for projects, on no disk. */
export function memoryProjectGrants(): ProjectGrants {
  const projects = new Map<string, ProjectGrant[]>()
  return {
    of: (folder) => projects.get(folder) ?? [],
    add: (folder, grant) => void projects.set(folder, [...(projects.get(folder) ?? []), grant]),
    remove: (id) => projects.forEach((grants, folder) => projects.set(folder, grants.filter(({ grant }) => grant !== id))),
    saved: async () => undefined,
  }
}
