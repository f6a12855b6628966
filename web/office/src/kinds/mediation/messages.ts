import type { Places } from '@shared/i18n'
import type { CommonWord } from '@shared/words'
import { t as common, type Key } from '../../i18n'
import type zh from './messages/zh-CN.json'

/** A sentence or label that only mediations have. */
export type Message = keyof typeof zh

/** A message of the mediation's own, or of the app. */
export const t = common as (key: Message | Key | CommonWord, places?: Places) => string
