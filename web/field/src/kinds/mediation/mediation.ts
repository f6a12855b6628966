import { computed } from 'vue'
import { snapshot } from '@shared/core/client'
import type { Entry, MediationCollection } from '@shared/core/views'
import { useRecord } from '../../record/record'
import { claimText, partyName, standing } from './shape'
import { signedCount } from './signing'

/** What the parts of the form read of the open mediation. */
export function useMediation() {
  const record = useRecord()
  const view = computed(() => record.page.value?.view)
  const agreement = computed(() => record.page.value?.agreement ?? null)
  const signed = computed(() => (agreement.value ? signedCount(agreement.value) : 0))
  return {
    record,
    view,
    agreement,
    /** How many signatures a change of the paper would cancel. */
    signed,
    list: (collection: MediationCollection): Entry[] => standing(view.value?.[collection]),
    partyName: (id: unknown) => partyName(view.value, id),
    claimText: (id: unknown) => claimText(view.value, id),
    me: () => snapshot.value.profile?.person ?? '',
    isMe: (mediator: string) => view.value?.mediators?.find((one) => one.id === mediator)?.user === snapshot.value.profile?.person,
  }
}
