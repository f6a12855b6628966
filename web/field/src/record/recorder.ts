import { onBeforeUnmount, ref, type Ref } from 'vue'
import { CONTAINERS, MOST_MILLIS } from '@shared/core/voice'

/** Speech is understood at this rate, and a minute weighs 180 KB. */
const BITS_PER_SECOND = 24_000

/** `denied`: the person or the phone does not allow it; `none`: this browser cannot record. */
export type RecorderState = 'idle' | 'asking' | 'recording' | 'keeping' | 'denied' | 'none'

export interface Recorder {
  state: Ref<RecorderState>
  /** How long it has been recording, ms. */
  elapsed: Ref<number>
  begin: () => Promise<void>
  end: () => void
}

/**
 * Records what somebody says. What ends it, a tap, the longest time, a call that takes the microphone or the page being left:
 * what was said until then is handed to `keep`.
 */
export function useRecorder(keep: (file: Blob, duration: number) => Promise<void>): Recorder {
  const state = ref<RecorderState>('idle')
  const elapsed = ref(0)
  let recorder: MediaRecorder | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  async function begin(): Promise<void> {
    if (state.value === 'asking' || state.value === 'recording' || state.value === 'keeping') return
    const container = typeof MediaRecorder === 'undefined' ? undefined : CONTAINERS.find((one) => MediaRecorder.isTypeSupported(one))
    if (!container || !navigator.mediaDevices) return void (state.value = 'none')
    state.value = 'asking'
    let stream: MediaStream
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    } catch (error) {
      state.value = error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'none'
      return
    }
    record(stream, container)
  }

  function record(stream: MediaStream, container: string): void {
    const pieces: Blob[] = []
    const since = performance.now()
    const mine = (recorder = new MediaRecorder(stream, { mimeType: container, audioBitsPerSecond: BITS_PER_SECOND }))
    mine.ondataavailable = ({ data }) => void pieces.push(data)
    mine.onstop = async () => {
      clearInterval(timer)
      for (const track of stream.getTracks()) track.stop()
      const duration = performance.now() - since
      state.value = 'keeping'
      await keep(new Blob(pieces, { type: container }), duration)
      if (recorder === mine) recorder = null
      state.value = 'idle'
      elapsed.value = 0
    }
    // Another app took the microphone.
    for (const track of stream.getTracks()) track.onended = end
    mine.start()
    state.value = 'recording'
    timer = setInterval(() => {
      elapsed.value = performance.now() - since
      if (elapsed.value >= MOST_MILLIS) end()
    }, 250)
  }

  function end(): void {
    if (recorder?.state === 'recording') recorder.stop()
  }

  onBeforeUnmount(end)
  return { state, elapsed, begin, end }
}
