interface PolicyFactory {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => unknown
}

/**
 * The page is served with `require-trusted-types-for 'script'`. This policy lets only our own origin's
 * addresses become scripts; it must exist before anything else runs, so main.ts imports this file first.
 */
const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes
factory?.createPolicy('default', {
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`not our script: ${url}`)
    return url
  },
})

export {}
