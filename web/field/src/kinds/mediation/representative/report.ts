import { showToast } from 'vant'
import { computed, shallowRef, watch } from 'vue'
import type { ReportDraft, ReportWords } from '@shared/core/api'
import { core, snapshot } from '@shared/core/client'
import { sentenceOf } from '../../../words'

/** The report that is being written on a mediation: kept at every word, given whole, and taken back for a short while. */
export function useReport(doc: () => string) {
  const draft = shallowRef<ReportDraft | null>(null)
  let latest = 0
  const show = async (answer: Promise<ReportDraft | null>): Promise<boolean> => {
    const mine = ++latest
    try {
      const got = await answer
      if (mine === latest) draft.value = got
      return true
    } catch (error) {
      showToast({ message: sentenceOf(error), duration: 4000 })
      return false
    }
  }
  watch([doc, () => snapshot.value.rev.visits], () => void show(core.report(doc())), { immediate: true })
  return {
    draft,
    /** It was given, and can still be taken back. */
    leaving: computed(() => draft.value !== null && draft.value.leaves_at !== null),
    /** Something is written that was not given. */
    begun: computed(() => draft.value !== null && draft.value.leaves_at === null && Boolean(draft.value.text || draft.value.photo)),
    write: (words: ReportWords) => show(core.writeReport(doc(), words)),
    photograph: (of: string, file: Blob, asked: Parameters<typeof core.photographReport>[2]) => core.photographReport(of, file, asked).then((kept) => void (draft.value = kept)),
  }
}

export type OwnReport = ReturnType<typeof useReport>
