import { nextTick, ref, shallowRef } from 'vue'
import type { Written } from '@shared/api-types'

/** What the card beside a value tells: who wrote it, when, on which device. */
export interface Subject {
  label: string
  text: string
  written: Written | null
  late: boolean
  /** Everybody who wrote in it, when they are several. */
  writers: string[]
  /** Present where a reviewer may write a remark on the value. */
  pin?: () => void
}

export interface Shown extends Subject {
  anchor: HTMLElement
  /** Opened on purpose: it stays and takes the focus. */
  held: boolean
}

export const CARD_ID = 'written-card'
const APPEARS_MS = 120
const GOES_MS = 160

export const card = shallowRef<Shown | null>(null)
export const cardElement = ref<HTMLElement | null>(null)
let timer = 0

const later = (ms: number, work: () => void) => {
  clearTimeout(timer)
  timer = setTimeout(work, ms) as unknown as number
}

/** Shows the card while the pointer or the focus is on the value. */
export const hoverCard = (anchor: HTMLElement, subject: Subject, ms = APPEARS_MS) => {
  if (card.value?.held) return
  later(ms, () => (card.value = { ...subject, anchor, held: false }))
}

/** The pointer may cross from the value to the card. */
export const leaveCard = () => {
  if (!card.value?.held) later(GOES_MS, () => (card.value = null))
}

export const stayCard = () => clearTimeout(timer)

export const openCard = async (anchor: HTMLElement, subject: Subject) => {
  clearTimeout(timer)
  card.value = { ...subject, anchor, held: true }
  await nextTick()
  cardElement.value?.focus()
}

export const closeCard = (back = true) => {
  clearTimeout(timer)
  const { anchor, held } = card.value ?? {}
  card.value = null
  if (back && held) anchor?.focus()
}
