import type { Id, Millis } from '../api-types'
import type { Form } from '../form'

/** One version of a form; it is never changed. */
export interface FormRow {
  id: string
  version: number
  title: string
  form: Form
  text: string
  /** Null for who is not of the office. */
  records: number | null
  written_at: Millis | null
  person: Id | null
}

/** Whether a form could be written; `question` says at which of its questions it is wrong. */
export interface CheckedForm {
  next: number | null
  line: number | null
  refused: string | null
  question: string | null
}

/** Something of a workbook that a form does not hold, or holds in another way. */
export interface LeftOut {
  sheet: 'survey' | 'choices' | 'settings'
  line: number
  column: string
  what: string
  why: string
  kept: boolean
}

export interface ImportedForm {
  form: Form
  text: string
  left_out: LeftOut[]
}
