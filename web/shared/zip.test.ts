import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { crc32, zip } from './zip'

test('the checksum is the one every unpacker computes', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
})

const unpacker = spawnSync('python3', ['--version']).status === 0

test.skipIf(!unpacker)('an unpacker reads back every file, with its Chinese name', async () => {
  const files = [
    { name: '说明.txt', bytes: new TextEncoder().encode('未上传的记录') },
    { name: 'photos/aa.jpg', bytes: Uint8Array.from({ length: 5000 }, (_, i) => i & 255) },
    { name: 'empty', bytes: new Uint8Array() },
  ]
  const path = join(mkdtempSync(join(tmpdir(), 'zip-')), 'a.zip')
  writeFileSync(path, new Uint8Array(await zip(files).arrayBuffer()))
  const code = 'import sys,zipfile,json; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps({n: z.read(n).hex() for n in z.namelist()}))'
  const read = JSON.parse(execFileSync('python3', ['-c', code, path], { encoding: 'utf8' })) as Record<string, string>
  expect(read).toEqual(Object.fromEntries(files.map((f) => [f.name, Buffer.from(f.bytes).toString('hex')])))
})
