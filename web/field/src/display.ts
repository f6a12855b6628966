import { ref } from 'vue'

/** Steps of the large-text switch. */
export const SIZES = [1, 1.35, 1.6] as const
export type TextSize = (typeof SIZES)[number]

const MEMORY = 'warmline.field.text'

const remembered = (): TextSize => SIZES.find((size) => String(size) === localStorage.getItem(MEMORY)) ?? 1

export const textSize = ref<TextSize>(remembered())

/** Sets the text size on the page and remembers it on this phone. */
export function useTextSize(size: TextSize): void {
  textSize.value = size
  localStorage.setItem(MEMORY, String(size))
  document.documentElement.style.setProperty('--fs', String(size))
}

useTextSize(textSize.value)
