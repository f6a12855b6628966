import { hex } from '../hex'

/** What a phone signs with. The browser keeps the private half and shows it to nobody, this app included. */
export type DeviceKey = CryptoKeyPair

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }

export const newKey = (): Promise<DeviceKey> => crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])

/** The public half as the hub takes it: the point, uncompressed, in hexadecimal. */
export const publicKey = async (key: DeviceKey): Promise<string> => hex(new Uint8Array(await crypto.subtle.exportKey('raw', key.publicKey)))

/** r and s, 32 bytes each. */
export const sign = async (key: DeviceKey, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, message))
