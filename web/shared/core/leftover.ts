import type { PhotoAsked } from './api'
import { sealedEdit } from './contacts'
import { placeOf, wanted, type LeftRow, type Standing } from './left'
import type { Store } from './store'
import type { Edit } from './views'

/** The side of a window that may not write: leaves what comes too late for the one that may. */
export class LeftOver {
  /** How many gestures were left. */
  count = 0
  private readonly window = crypto.randomUUID()
  private readonly written = new Map<string, Standing[]>()
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly open: () => Promise<Pick<Store, 'leave' | 'close' | 'single'>>) {}

  async edit(doc: string, edit: Edit, base?: Standing): Promise<void> {
    const id = `${this.window}/${doc}/${placeOf(edit)}`
    // What this window left there before may be in the record by now, or replaced by this.
    const bases = this.written.get(id) ?? [base]
    let sealed = edit
    await this.leave(async (store) => {
      sealed = await sealedEdit(edit, doc, await store.single('contacts'))
      return { id, doc, at: Date.now(), edit: sealed, bases }
    })
    this.written.set(id, [...bases, wanted(sealed)])
  }

  async photo(doc: string, file: Blob, asked: PhotoAsked): Promise<void> {
    const bytes = new Uint8Array(await file.arrayBuffer())
    await this.leave(() => Promise.resolve({ id: `${this.window}/${doc}/photo/${crypto.randomUUID()}`, doc, at: Date.now(), photo: { bytes, type: file.type, asked } }))
  }

  private leave(row: (store: Pick<Store, 'single'>) => Promise<LeftRow>): Promise<void> {
    const turn = this.last.then(async () => {
      const store = await this.open()
      await row(store)
        .then((made) => store.leave(made))
        .finally(() => store.close())
      this.count += 1
    })
    this.last = turn.catch(() => undefined)
    return turn
  }
}
