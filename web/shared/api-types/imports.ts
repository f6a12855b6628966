// What an import of a table says.

import type { Id } from '../api-types'

export interface ImportSource {
  name: string
  title: string
}

export interface RefusedRow {
  /** Only for a workbook with several tables. */
  sheet?: string
  line: number
  reason: string
}

/** What reading the file left out or mended; not there if nothing. */
export interface ReadingNotes {
  sheets?: { sheet: string; rows: number }[]
  skipped_sheets?: { sheet: string; rows: number; reason: string }[]
  hidden_sheets?: string[]
  hidden_rows?: number
  untitled_cells?: number
  untitled_names?: string[]
  control_characters?: number
  /** All of it in sentences. */
  told?: string[]
}

export interface ImportSampleRow {
  sheet?: string
  line: number
  upstream_no: string | null
  title: string
  [column: string]: unknown
}

/** A field in which a row differs from its ticket; personal data is masked, times are local. */
export interface Difference {
  field: string
  before: string | null
  after: string | null
  /** Taken over with the deadline alone. */
  deadline: boolean
}

export interface ChangedRow {
  sheet?: string
  line: number
  upstream_no: string
  /** Absent for a row that differs from an earlier one of the same file, which counts. */
  ticket?: Id
  /** Where that earlier row stands. */
  first?: string
  /** The hotline asks again. */
  urged: boolean
  differences: Difference[]
}

export interface ImportPreview {
  source: string
  /** The source's name for people. */
  title: string
  columns: string[]
  sample: ImportSampleRow[]
  added: number
  unchanged: number
  changed: number
  /** The first 500 of them. */
  changes: ChangedRow[]
  unknown_communities?: { name: string; rows: number }[]
  refused: RefusedRow[]
  total: number
  notes?: ReadingNotes
}

export interface ImportResult {
  added: number
  unchanged: number
  changed: number
  changes: ChangedRow[]
  unknown_communities?: { name: string; rows: number }[]
  refused: RefusedRow[]
  notes?: ReadingNotes
  /** How much the file says otherwise than the tickets; absent for none. */
  mismatches?: number
  /** Of these, open tickets that the file does not hold: it may have been filtered. */
  missing?: number
}
