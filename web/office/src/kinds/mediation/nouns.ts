import type zh from '@core-kinds/mediation/words/zh-CN.json'
import { named } from '../../i18n'

/** What a part, a field or a choice of a mediation is called: words of the kind's own list. */
export const noun = (key: keyof typeof zh): string => named(key)
