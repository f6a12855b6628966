import { computed, reactive, ref, shallowRef } from 'vue'
import { ulid } from '@shared/ulid'
import type { Channel, Id, IntakeEntry, Recognised } from '@shared/api-types'
import { user } from '../session'

/** The seven ways, in the order of the desk's keys. */
export const CHANNELS: Channel[] = ['wage_hotline_phone', 'wage_wechat', 'warm_phone', 'hotline_wechat', 'hotline_qq', 'paste', 'other']
export const asksWages = (channel: Channel) => channel === 'wage_hotline_phone' || channel === 'wage_wechat'

const empty = () => ({
  channel: 'warm_phone' as Channel,
  pasted: '',
  upstream_no: '',
  title: '',
  description: '',
  request_kind: '',
  requester_type: 'citizen' as 'citizen' | 'enterprise',
  urgency: 'normal' as 'normal' | 'urgent' | 'critical',
  category: ['', '', ''] as [string, string, string],
  address: '',
  community: '' as Id,
  requester: '',
  phone: '',
  due_at: '',
  dispatched_at: '',
  receiver: '' as Id,
  received_at: '',
  employer: '',
  site: '',
  months_from: '',
  months_to: '',
  amount: '',
  people: '',
  enterprise: '',
  credit_code: '',
  market: '',
  affected_scope: '',
})
export type Draft = ReturnType<typeof empty>

/** What is typed lives outside of the page: it stays when the sign-in ends or another page is looked at, for the same person. */
export const draft = reactive(empty())
export const recognised = shallowRef<Recognised[]>([])
export const pictures = ref<{ file: Blob; url: string }[]>([])
let id = ulid()
let owner: Id | undefined

export const restart = (channel: Channel = draft.channel) => {
  for (const { url } of pictures.value) URL.revokeObjectURL(url)
  pictures.value = []
  recognised.value = []
  Object.assign(draft, empty(), { channel })
  id = ulid()
}
/** The desk's computers are shared: nobody finds what somebody else typed. */
export const begin = () => {
  if (owner && user.value && owner !== user.value.id) restart('warm_phone')
  owner = user.value?.id ?? owner
}

export const isTouched = computed(() => pictures.value.length > 0 || Object.entries(draft).some(([name, value]) => name !== 'channel' && JSON.stringify(value) !== JSON.stringify(empty()[name as keyof Draft])))

const text = (value: string) => value.trim() || null
/** A local time of the form as milliseconds: the office's computers stand in China. */
const moment = (value: string) => (value ? Date.parse(`${value}${value.length === 16 ? ':00' : ''}+08:00`) : null)
/** `2026-11-27T17:30`, as the form has it. */
export const local = (millis: number) => new Date(millis + 8 * 3_600_000).toISOString().slice(0, 16)
/** Yuan as people write them, `12,345.6`, as fen; NaN if that is no amount. */
export const fen = (yuan: string): number => {
  const plain = yuan.trim().replace(/[,，\s元]/g, '')
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : Number.NaN
}

const formOf = (): Record<string, string | number> => {
  const form: Record<string, string | number> = {}
  if (asksWages(draft.channel)) {
    const { employer, site, months_from, months_to } = draft
    Object.assign(form, { employer, site, months_from, months_to })
    const amount = fen(draft.amount)
    form.amount_fen = Number.isNaN(amount) ? draft.amount : amount
    form.people = /^\d+$/.test(draft.people.trim()) ? Number(draft.people) : draft.people
  }
  if (draft.requester_type === 'enterprise') {
    const { enterprise, credit_code, market, affected_scope } = draft
    Object.assign(form, { enterprise, credit_code, market, affected_scope })
  }
  return form
}

/** What the hub is sent. The id stays until the ticket is taken in: sent again it is the same ticket. */
export const entry = (): IntakeEntry => ({
  id,
  channel: draft.channel,
  upstream_no: text(draft.upstream_no),
  title: text(draft.title),
  description: draft.description,
  request_kind: text(draft.request_kind),
  requester_type: draft.requester_type,
  urgency: draft.urgency,
  category: draft.category.map(text) as IntakeEntry['category'],
  address: text(draft.address),
  community: draft.community || null,
  requester: text(draft.requester),
  phone: text(draft.phone),
  due_at: moment(draft.due_at),
  dispatched_at: moment(draft.dispatched_at),
  first_receiver: draft.receiver || null,
  received_at: moment(draft.received_at),
  form: formOf(),
})

/** Puts what was recognised into the form, over what stands there. `communityOf` finds a community by its name. */
export const fill = (fields: Recognised[], communityOf: (name: string) => Id) => {
  recognised.value = fields
  for (const { field, value } of fields) {
    if (value === null) continue
    if (field === 'due_at' || field === 'dispatched_at') draft[field] = local(Number(value))
    else if (field === 'community') draft.community = communityOf(value) || draft.community
    else if (field.startsWith('category_l')) draft.category[Number(field.slice(-1)) - 1] = value
    else if (field === 'requester_type') draft.requester_type = value === 'enterprise' ? 'enterprise' : 'citizen'
    else if (field === 'urgency') draft.urgency = value as Draft['urgency']
    else if (['upstream_no', 'title', 'description', 'request_kind', 'address', 'requester', 'phone'].includes(field)) (draft as Record<string, unknown>)[field] = value
  }
}

export const addPictures = (files: Iterable<File>) => {
  for (const file of files) if (file.type.startsWith('image/')) pictures.value.push({ file, url: URL.createObjectURL(file) })
}
export const removePicture = (place: number) => {
  const [gone] = pictures.value.splice(place, 1)
  if (gone) URL.revokeObjectURL(gone.url)
}
