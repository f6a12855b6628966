/** What is said of a paper; see `docs/API.md`. */
export type PaperOutcome = 'holds' | 'superseded' | 'withdrawn' | 'incomplete' | 'unknown' | 'damaged' | 'altered' | 'forged' | 'not_a_paper'

/** What the office knows of a paper, for anybody. */
export interface PaperFacts {
  outcome: PaperOutcome
  /** The whole hash, in hex. */
  hash: string | null
  /** `record`, `oral` or `agreement`. */
  form: string | null
  /** `2026-11-24`, the day on which the last of those who had to sign did. */
  effective_on: string | null
}

export type PaperStep = 'proof' | 'seals' | 'content' | 'signatures' | 'pages' | 'complete' | 'current'

/** What is found about the file of a paper: the steps up to the first that did not pass. */
export interface FileFacts extends PaperFacts {
  checks: { step: PaperStep; passed: boolean }[]
}
