import type { PhotoAsked } from './api'
import type { Keeper } from './keeper'
import type { Change, Store } from './store'
import type { Collection, Edit, Entry, RecordView, Value } from './views'

/** What stands at the place of an edit, as far as it can be compared. */
export type Standing = Value | { [register: string]: Value } | undefined

/** What a window could not write because another one writes now: kept for that one. */
export interface LeftRow {
  /** The window and the place: what the same window writes there later takes its stead. */
  id: string
  doc: string
  at: number
  /** A gesture. */
  edit?: Edit
  /** What its window saw in its place: the record goes on from one of these, or somebody else wrote there. */
  bases?: Standing[]
  /** A photo, as it came from the camera. */
  photo?: { bytes: Uint8Array; type: string; asked: PhotoAsked }
}

/** Two edits with the same place write the same thing; the later one counts. */
export function placeOf(edit: Edit): string {
  if (edit.edit === 'set_field') return `fields/${edit.field}`
  if (edit.edit === 'answer') return `answers/${edit.question}/${edit.part}`
  if (edit.edit === 'set_note') return `notes/${edit.note}`
  if (edit.edit === 'mark') return 'mark'
  if (edit.edit === 'settle') return edit.path
  return `${edit.collection}/${edit.id}/${edit.edit === 'put_entry' ? Object.keys(edit.fields).sort().join() : 'removed'}`
}

/** What the record says now where the edit would write. */
export function standing(view: RecordView, edit: Edit): Standing {
  if (edit.edit === 'set_field') return view.fields[edit.field] ?? null
  if (edit.edit === 'answer') return valueAt(view, placeOf(edit))
  if (edit.edit === 'set_note') return view.notes[edit.note]?.text ?? ''
  if (edit.edit === 'mark') return view.events.some(({ id }) => id === edit.id) ? edit.id : view.events.length
  if (edit.edit === 'settle') return valueAt(view, edit.path)
  const entry: Entry | undefined = (view[edit.collection] ?? []).find(({ id }) => id === edit.id)
  if (edit.edit !== 'put_entry') return entry?.removed ?? null
  return entry ? Object.fromEntries(Object.keys(edit.fields).map((name) => [name, entry[name] ?? null])) : null
}

/** The value of a register by its path. */
export function valueAt(view: RecordView, path: string): Value {
  const [first = '', second = '', third = ''] = path.split('/')
  if (first === 'fields') return view.fields[second] ?? null
  if (first === 'answers') return view.answers[path] ?? null
  const entry = (view[first as Collection] ?? []).find(({ id }) => id === second)
  if (third === 'removed_at') return entry?.removed ?? null
  return entry?.[third] ?? null
}

/** What the record says there once the edit is in it. */
export function wanted(edit: Edit): Standing {
  if (edit.edit === 'set_field' || edit.edit === 'answer') return edit.value
  if (edit.edit === 'set_note') return edit.text
  if (edit.edit === 'mark') return edit.id
  if (edit.edit === 'settle') return edit.value
  return edit.edit === 'put_entry' ? edit.fields : edit.edit === 'remove_entry'
}

const alike = (a: Standing, b: Standing) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

interface LeftParts {
  store: Pick<Store, 'left' | 'write'>
  keeper: Pick<Keeper, 'read'>
  /** Writes what a row holds; `beside` goes into the same transaction. */
  put: (row: LeftRow, beside: Omit<Change, 'batch'>) => Promise<void>
  changed: () => void
}

/**
 * What other windows left when this one took over. What still fits goes into the record at once; where the record went
 * on meanwhile a person decides, and until then it counts as unsent.
 */
export class Left {
  private rows: LeftRow[] = []
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: LeftParts) {}

  /** What waits for a person. */
  all(): LeftRow[] {
    return this.rows
  }

  of(doc: string): LeftRow[] {
    return this.rows.filter((row) => row.doc === doc)
  }

  /** Looks for what was left, and writes what fits. */
  take(): Promise<void> {
    return this.inTurn(async () => {
      const found = await this.parts.store.left()
      for (const row of found) await this.fit(row).catch(() => undefined)
      if (found.length || this.rows.length) await this.reload()
    })
  }

  /** The person wants it in the record, whatever stands there. */
  use(id: string): Promise<void> {
    return this.inTurn(async () => {
      const row = (await this.parts.store.left()).find((one) => one.id === id)
      if (row) await this.parts.put(row, { dropLeft: [id] })
      await this.reload()
    })
  }

  /** The person does not want it. */
  drop(id: string): Promise<void> {
    return this.inTurn(async () => {
      await this.parts.store.write({ dropLeft: [id] })
      await this.reload()
    })
  }

  private async fit(row: LeftRow): Promise<void> {
    const { store, keeper, put } = this.parts
    const { edit } = row
    if (edit) {
      const now = standing(await keeper.read((replica) => JSON.parse(replica.view(row.doc)) as RecordView), edit)
      if (alike(now, wanted(edit))) return store.write({ dropLeft: [row.id] })
      if (!row.bases?.some((base) => alike(now, base))) return
    }
    await put(row, { dropLeft: [row.id] })
  }

  private async reload(): Promise<void> {
    this.rows = await this.parts.store.left()
    this.parts.changed()
  }

  private inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.last.then(act)
    this.last = turn.catch(() => undefined)
    return turn
  }
}
