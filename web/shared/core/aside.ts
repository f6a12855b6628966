import type { Collection, Entry, RecordView, Value } from './views'

/** The record as the office has it: without own words that were not taken. */
export function recordedOf(view: RecordView): RecordView {
  if (view.aside.length === 0) return view
  const recorded = structuredClone(view)
  recorded.aside = []
  for (const { path, recorded: value } of view.aside) {
    const [first = '', second = '', third] = path.split('/')
    if (first === 'fields') recorded.fields[second] = value
    else if (first === 'answers') recorded.answers[path] = value
    else if (first === 'notes') recorded.notes[second] = { text: String(value ?? '') }
    else if (isCollection(recorded, first)) recorded[first] = without(recorded[first] ?? [], second, third, value)
  }
  return recorded
}

const isCollection = (view: RecordView, name: string): name is Collection | 'events' => Array.isArray(view[name as Collection])

function without(entries: Entry[], id: string, register: string | undefined, value: Value): Entry[] {
  if (register === undefined) return entries.filter((entry) => entry.id !== id)
  return entries.map((entry) => {
    if (entry.id !== id) return entry
    const back: Entry = { ...entry, [register]: value }
    return register === 'removed_at' ? { ...back, removed: value !== null } : back
  })
}
