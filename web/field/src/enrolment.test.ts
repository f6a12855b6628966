import { expect, test } from 'vitest'
import { enrolmentCode, grouped, isForRepresentative } from './enrolment'
import { deviceName, surroundings } from './device'

test('a code is found in a link, in a scanned text and in what people type', () => {
  const code = '7K3M9QRSTVWXYZ01'
  expect(enrolmentCode('https://hub.example/field/#/enrol?code=7K3M-9QRS-TVWX-YZ01')).toBe(code)
  expect(enrolmentCode(' 7k3m 9qrs tvwx yzOl ')).toBe(code)
  expect(enrolmentCode('７Ｋ３Ｍ－９QRS-TVWX-YZ01')).toBe(code)
  expect(grouped(code)).toBe('7K3M-9QRS-TVWX-YZ01')
})

test('what is no code is not taken for one', () => {
  expect(enrolmentCode('7K3M-9QRS')).toBeNull()
  expect(enrolmentCode('https://hub.example/field/#/enrol?code=%E0%A4%A')).toBeNull()
  expect(enrolmentCode('')).toBeNull()
})

test('a link says whether its code is a representative’s, who needs no password', () => {
  expect(isForRepresentative('https://hub.example/field/#/enrol?code=7K3M-9QRS-TVWX-YZ01&representative=1')).toBe(true)
  expect(isForRepresentative('https://hub.example/field/#/enrol?representative=1&code=7K3M-9QRS-TVWX-YZ01 ')).toBe(true)
  expect(isForRepresentative('https://hub.example/field/#/enrol?code=7K3M-9QRS-TVWX-YZ01')).toBe(false)
  expect(isForRepresentative('7K3M-9QRS-TVWX-YZ01')).toBe(false)
})

test('a phone is named so that the office recognises it', () => {
  const agent = 'Mozilla/5.0 (Linux; Android 12; HUAWEI NOH-AN00 Build/HUAWEINOH-AN00) AppleWebKit/537.36 Chrome/110 Mobile'
  expect(deviceName('手机', agent)).toBe('华为 NOH-AN00')
  expect(deviceName('手机', 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X)')).toBe('iPhone')
  expect(deviceName('手机', 'Mozilla/5.0 (Linux; Android 10; K) Chrome/130 Mobile')).toBe('手机')
  expect(deviceName('手机', 'Mozilla/5.0 (Linux; Android 10; K) Chrome/130 Mobile', 'M2012K11AC')).toBe('M2012K11AC')
})

test('the browser inside WeChat is recognised before its system', () => {
  expect(surroundings('Mozilla/5.0 (iPhone) MicroMessenger/8.0')).toBe('wechat')
  expect(surroundings('Mozilla/5.0 (Linux; Android 12) Chrome/120')).toBe('android')
})
