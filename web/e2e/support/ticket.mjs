// The page of a ticket at a desk, as people work with it: what is next, its parts, the strip of the ten steps, its forms.

/** 下一步: what waits for this person, and what they can do. */
export const bar = (page) => page.getByRole('region', { name: '下一步', exact: true })
export const part = (page, name) => page.getByRole('region', { name, exact: true })
/** 十环节 */
export const strip = (page) => page.getByRole('region', { name: '十环节', exact: true })
/** Ends when a step of the strip says so to somebody who hears the page. */
export const stepSays = (page, text) => strip(page).getByRole('button', { name: text }).waitFor()
/** Ends when the clock of that name stands like this. */
export const clockSays = (page, name, text) => page.getByRole('list', { name: '时限', exact: true }).getByRole('listitem').filter({ hasText: name }).getByText(text, { exact: true }).waitFor()

/** The ticket's page, from cold. */
export const openTicket = async (desk, id, title) => {
  await desk.page.goto('about:blank')
  await desk.open(`/tickets/${id}`)
  await desk.page.getByRole('heading', { level: 1, name: title }).waitFor()
}

/** Fills in the form that is open: texts by their label, choices by group and name, lists by their label; answers the dialog. */
export const form = async (page, title, { texts = {}, choices = {}, picks = {}, quick = [] } = {}) => {
  const dialog = page.getByRole('dialog', { name: title, exact: true })
  await dialog.waitFor()
  for (const [group, name] of Object.entries(choices)) await dialog.getByRole('group', { name: group, exact: true }).getByLabel(name, { exact: true }).check()
  for (const [label, option] of Object.entries(picks)) {
    await dialog.getByLabel(label, { exact: true }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }
  for (const [label, text] of Object.entries(texts)) await dialog.getByLabel(label, { exact: true }).fill(text)
  for (const name of quick) await dialog.getByRole('button', { name, exact: true }).click()
  return dialog
}

/** Fills in the form that is open and sends it. */
export const send = async (page, title, filled) => {
  const dialog = await form(page, title, filled)
  await dialog.getByRole('button', { name: title, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** 派单: gives the ticket to a unit of that kind. */
export const give = async (desk, kind, which, { unit, option = unit, note = '' }) => {
  const { page } = desk
  await bar(page).getByRole('button', { name: '派单', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: '派单' })
  await dialog.getByLabel(kind, { exact: true }).check()
  await desk.pick(dialog.getByLabel(which), option)
  if (note) await dialog.getByLabel('交代（可不填）').fill(note)
  await dialog.getByRole('button', { name: new RegExp(`^派给.*${unit}$`) }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText(`承办：${unit}`).waitFor()
}

/** 反馈审核通过, by the bar of somebody who did not write it; `seen` is called with the form open. */
export const approve = async (page, addressee, seen = async () => undefined) => {
  const button = bar(page).getByRole('button', { name: `反馈审核通过（${addressee}）` })
  await button.click()
  await form(page, '反馈审核通过')
  await seen()
  await send(page, '反馈审核通过')
  await button.waitFor({ state: 'detached' })
}

/** 登记已反馈, by the bar. */
export const told = async (page, addressee, means) => {
  await bar(page).getByRole('button', { name: `登记已反馈（${addressee}）` }).click()
  await send(page, '登记已反馈', { choices: { 方式: means } })
}

/** Chooses root causes of the catalogue in the form of 分析 that is open; answers its dialog. */
export const writeCauses = async (page, causes) => {
  const dialog = await form(page, '分析')
  for (const cause of causes) {
    await dialog.getByLabel('诉求根源', { exact: true }).fill(cause)
    await page.keyboard.press('Enter')
    await dialog.locator('.el-select__tags-text', { hasText: cause }).waitFor()
  }
  await page.keyboard.press('Escape')
  return dialog
}
