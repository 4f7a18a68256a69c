/**
 * What the page can do more where scripts run: buttons that copy a command, and a search over the text of the findings, and how many findings each
 * choice shows as the others are. Without it all of the report is there. The page's content security policy allows this text alone, by its hash.
 */
export const script = `'use strict'
for (const box of document.querySelectorAll('.command')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Copy'
  box.append(button)
}
const copyBySelection = (code) => {
  getSelection().selectAllChildren(code)
  return document.execCommand('copy')
}
document.addEventListener('click', async ({ target }) => {
  if (!target.matches('.command button')) return
  const code = target.parentElement.querySelector('code')
  const copied = await navigator.clipboard.writeText(code.textContent).then(() => true, () => copyBySelection(code))
  target.textContent = copied ? 'Copied' : 'Select and copy'
  setTimeout(() => { target.textContent = 'Copy' }, 2000)
})
const place = document.querySelector('.search')
if (place !== null) {
  const label = document.createElement('label')
  const field = document.createElement('input')
  field.type = 'search'
  field.autocomplete = 'off'
  label.append('Search', field)
  place.append(label)
  const items = [...document.querySelectorAll('.findings .item')].map((item) => {
    const card = item.closest('.card')
    const around = card === null ? '' : [...card.children].filter((child) => child.tagName !== 'UL').map((child) => child.textContent).join(' ')
    const standing = item.closest('.standing')
    const names = [...(card ?? item).classList]
    return {
      item, card, standing,
      text: (item.textContent + ' ' + around).toLowerCase(),
      open: standing.querySelector('.toggle input'),
      severity: document.getElementById('show-' + names.find((name) => name.startsWith('is-'))?.slice(3)),
      areas: names.filter((name) => name.startsWith('area-')),
    }
  })
  const ofSeverity = ({ severity }) => severity === null || severity.checked
  const ofArea = ({ areas }, area) => area === 'area-0' || areas.includes(area)
  const said = (box, count) => { box.parentElement.querySelector('span').textContent = String(count) }
  const recount = () => {
    const area = document.querySelector('.filters input[type=radio]:checked').id
    const found = items.filter(({ item }) => !item.hidden)
    const open = found.filter((one) => one.open.checked)
    for (const box of document.querySelectorAll('.filters input[type=checkbox]'))
      said(box, open.filter((one) => one.severity === box && ofArea(one, area)).length)
    for (const box of document.querySelectorAll('.filters input[type=radio]'))
      said(box, open.filter((one) => ofSeverity(one) && ofArea(one, box.id)).length)
    for (const box of document.querySelectorAll('.toggle input'))
      said(box, found.filter((one) => one.open === box && ofSeverity(one) && ofArea(one, area)).length)
  }
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter((word) => word !== '')
    const shown = new Set()
    for (const { item, card, text } of items) {
      item.hidden = !words.every((word) => text.includes(word))
      if (!item.hidden) shown.add(card)
    }
    for (const { card } of items) if (card !== null) card.hidden = !shown.has(card)
    recount()
  })
  document.querySelector('.findings').addEventListener('change', recount)
  recount()
}
`

/** SHA-256 of the script, as a content security policy names it. A test compares the two: nothing here may compute it. */
export const scriptHash = 'sha256-raVF6eLkgbB1KQv0qwQrV4q5DCK5MRg0DCtEPlIUG8g='
