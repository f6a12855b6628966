/** Where the app runs, as far as it changes what the person has to do. */
export type Surroundings = 'wechat' | 'ios' | 'android' | 'other'

export function surroundings(agent = navigator.userAgent): Surroundings {
  if (/MicroMessenger|wxwork/i.test(agent)) return 'wechat'
  if (/iPhone|iPad|iPod/.test(agent)) return 'ios'
  return /Android|HarmonyOS|OpenHarmony/i.test(agent) ? 'android' : 'other'
}

const MAKERS: [RegExp, string][] = [
  [/HUAWEI|HarmonyOS/i, '华为'],
  [/HONOR/i, '荣耀'],
  [/Xiaomi|Redmi|MIUI|\bMi \d/i, '小米'],
  [/OPPO|HeyTap/i, 'OPPO'],
  [/vivo/i, 'vivo'],
  [/SAMSUNG|SM-/i, '三星'],
]

/** A name by which the office recognises the phone, as `华为 NOH-AN00`; `fallback` when the browser tells nothing. */
export function deviceName(fallback: string, agent = navigator.userAgent, model = ''): string {
  if (/iPhone/.test(agent)) return 'iPhone'
  if (/iPad/.test(agent)) return 'iPad'
  const told = model || /Android [^;]*;\s*([^;)]+?)(?:\s+Build|\)|;)/.exec(agent)?.[1] || ''
  // Chrome hides the model behind the letter K.
  const known = told === 'K' || /^wv$/i.test(told) ? '' : told.replace(/^(HUAWEI|HONOR|Xiaomi|OPPO|vivo|SAMSUNG)\s+/i, '').trim()
  const maker = MAKERS.find(([sign]) => sign.test(`${agent} ${known}`))?.[1] ?? ''
  return [maker, known].filter(Boolean).join(' ').slice(0, 60) || fallback
}

/** The model, where the browser tells it when asked. */
export async function deviceModel(): Promise<string> {
  const data = (navigator as Navigator & { userAgentData?: { getHighEntropyValues(hints: string[]): Promise<{ model?: string }> } }).userAgentData
  return (await data?.getHighEntropyValues(['model']).catch(() => undefined))?.model ?? ''
}

/** Whether the app was started from the home screen. */
export const installed = (): boolean =>
  window.matchMedia('(display-mode: standalone)').matches || (navigator as Navigator & { standalone?: boolean }).standalone === true
