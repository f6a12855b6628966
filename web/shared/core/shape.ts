import type { Fix, PhotoAsked, Profile, Snapshot } from './api'
import type { Shot } from '../photo'
import type { MediaRow, Session } from './store'

/** What the page knows before the worker has looked. */
export const blank = (): Snapshot => ({
  phase: 'starting',
  profile: null,
  clock: { offset: 0, measured: false },
  sync: { running: false, last_ok_at: null, error: null, live: false, clock_offset_ms: null },
  session_ended: null,
  released: null,
  lane: { sending: null, held: null, done: 0, total: 0 },
  unsent: { changes: 0, visits: 0, photos: 0, photo_bytes: 0, photos_refused: 0 },
  aside: 0,
  handed_over: 0,
  settings: { wifi_only: false },
  damaged: [],
  rev: { visits: 0, tickets: 0, reference: 0, media: 0 },
  fault: null,
})

/** The session as the core takes it: who, on which device; no keys. */
export const sessionJson = ({ device, person, name, role, tenant }: Session) => JSON.stringify({ device, person, name, role, tenant: tenant.id })

/** The session as the page may see it. */
export const profileOf = (session: Session): Profile => ({
  device: session.device,
  device_name: session.device_name,
  person: session.person,
  name: session.name,
  role: session.role,
  street: session.tenant.name,
  units: session.units.filter((unit) => unit.kind !== 'street').map((unit) => unit.name),
  enrolled_at: session.enrolled_at,
})

/** The row of a photo that was just taken. */
export const fresh = (shot: Shot, now: number, urgent: boolean): MediaRow => ({
  sha256: shot.sha256,
  size: shot.bytes.byteLength,
  mime: shot.mime,
  w: shot.w,
  h: shot.h,
  created_at: now,
  urgent,
  uses: [],
  state: 'waiting',
  offset: 0,
  tries: 0,
  next_at: 0,
  error: null,
  sent_at: null,
  kept: true,
})

/** What the media store knows the bytes of a drawn name by. */
export const SEAL = 'application/vnd.warmline.seal'

/** The row of a drawn name. It weighs next to nothing and a signature is worth little without it: it waits for no Wi-Fi. */
export const freshSeal = (sha256: string, size: number, now: number): MediaRow => ({
  sha256,
  size,
  mime: SEAL,
  w: 0,
  h: 0,
  created_at: now,
  urgent: true,
  uses: [],
  state: 'waiting',
  offset: 0,
  tries: 0,
  next_at: 0,
  error: null,
  sent_at: null,
  kept: true,
})

/** The row of what somebody said. It weighs little and stands for words, so it waits for no Wi-Fi. */
export const freshVoice = (sha256: string, size: number, mime: string, now: number): MediaRow => ({ ...freshSeal(sha256, size, now), mime })

/** The registers of a position, with what speaks against it. */
export const positionFields = ({ lat_e7, lon_e7, accuracy_m, sign }: Fix) => ({ lat_e7, lon_e7, accuracy_m, ...(sign ? { mock: true, mock_sign: sign } : {}) })

/** The registers of a photo in its record. */
export function photoFields(photo: string, shot: Shot, asked: PhotoAsked) {
  const { fix } = asked
  return {
    sha256: shot.sha256,
    bytes: shot.bytes.byteLength,
    mime: shot.mime,
    w: shot.w,
    h: shot.h,
    taken_at: asked.taken_at,
    role: asked.role,
    ...(asked.pair ? { pair: asked.pair } : {}),
    source: asked.source,
    ...(fix ? positionFields(fix) : {}),
    ...(shot.likeness ? { likeness: shot.likeness } : {}),
    ...(asked.place ? { place: [...asked.place].slice(0, 200).join('') } : {}),
    pos: photo,
    original_sha256: shot.original_sha256,
  }
}
