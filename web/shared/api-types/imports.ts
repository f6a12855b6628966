// What an import of a table says.

export interface ImportSource {
  name: string
  title: string
}

export interface RefusedRow {
  line: number
  reason: string
}

export interface ImportSampleRow {
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
}

export interface ImportResult {
  added: number
  unchanged: number
  refused: RefusedRow[]
}
