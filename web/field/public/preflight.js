// Runs before anything else and in any browser: says in plain words when this one is too old for the app.
;(function () {
  var missing = []
  if (typeof WebAssembly !== 'object') missing.push('WebAssembly')
  if (!('serviceWorker' in navigator)) missing.push('Service Worker')
  if (!('indexedDB' in window)) missing.push('IndexedDB')
  if (typeof OffscreenCanvas === 'undefined') missing.push('OffscreenCanvas')
  if (!navigator.locks) missing.push('Web Locks')
  if (!missing.length) return
  var insecure = window.isSecureContext === false
  document.addEventListener('DOMContentLoaded', function () {
    var page = document.createElement('main')
    page.className = 'preflight'
    var add = function (kind, text) {
      var element = document.createElement(kind)
      element.textContent = text
      page.appendChild(element)
    }
    add('h1', insecure ? '请用安全地址打开' : '这个浏览器太旧，不能使用暖线')
    add(
      'p',
      insecure
        ? '暖线只能在 https 开头的地址上使用。请向街道热线办要正确的网址。'
        : '安卓手机请用最新版的 Chrome、Edge、华为浏览器或系统自带浏览器打开；苹果手机请升级到 iOS 16.4 以上，用 Safari 打开。在微信里请点右上角“···”，选“在浏览器打开”。',
    )
    add('p', insecure ? 'Warmline needs an https address.' : 'This browser is too old for Warmline. Please use a current Chrome, Edge or Safari (iOS 16.4 or later).')
    add('p', missing.join(', '))
    while (document.body.firstChild) document.body.removeChild(document.body.firstChild)
    document.body.appendChild(page)
  })
})()
