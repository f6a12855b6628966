// What an import of a table says.

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

export interface ImportPreview {
  source: string
  /** The source's name for people. */
  title: string
  columns: string[]
  sample: ImportSampleRow[]
  added: number
  unchanged: number
  refused: RefusedRow[]
  total: number
  notes?: ReadingNotes
}

export interface ImportResult {
  added: number
  unchanged: number
  refused: RefusedRow[]
  notes?: ReadingNotes
}
