import { expect, test } from '@jest/globals'
import { machineImages } from '../../../src/facts/capacity/machine-images.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import type { MachineImage } from '../../../src/model/facts/capacity.ts'
import { aGroup, aMachineImage, aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const ask = (...ids: readonly (string | null)[]) => {
  const plan = aPlan({ instanceGroups: ids.map((imageId, at) => aGroup({ name: `group-${at}`, imageId })) })
  return attempt(() => machineImages.collect(service.context(plan), () => Promise.reject(new Error('it builds on no fact'))))
}
const image = (id: string, encrypted: boolean, more = '<architecture>x86_64</architecture>'): string =>
  `<item><imageId>${id}</imageId><imageState>available</imageState><imageOwnerId>111122223333</imageOwnerId><name>hyperpod</name><creationDate>2026-03-01T00:00:00.000Z</creationDate><blockDeviceMapping><item><deviceName>/dev/sda1</deviceName><ebs><encrypted>${encrypted}</encrypted></ebs></item></blockDeviceMapping>${more}</item>`
const answer = (...items: readonly string[]): string =>
  `<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><imagesSet>${items.join('')}</imagesSet></DescribeImagesResponse>`

test('each image is asked for once, by filter; one that is not answered is absent and hides nothing', async () => {
  service.current().ec2 = () => answer(image('ami-0bbbbbbb', true), image('ami-0123456789abcdef0', false))
  expect(await ask('ami-0123456789abcdef0', 'ami-0bbbbbbb', null, 'ami-0gone000', 'ami-0bbbbbbb')).toEqual({
    ok: true,
    value: {
      'ami-0123456789abcdef0': aMachineImage(),
      'ami-0bbbbbbb': aMachineImage({ imageId: 'ami-0bbbbbbb', encrypted: true }),
      'ami-0gone000': null,
    },
  })
  const [form, ...others] = service.current().asked.map((body) => new URLSearchParams(body))
  expect(others).toEqual([])
  expect([1, 2, 3, 4].map((at) => form?.get(`Filter.1.Value.${at}`))).toEqual([
    'ami-0123456789abcdef0',
    'ami-0bbbbbbb',
    'ami-0gone000',
    null,
  ])
  expect([form?.get('IncludeDeprecated'), form?.get('IncludeDisabled')]).toEqual(['true', 'true'])
})

test.each<[string, string, Pick<MachineImage, 'architecture' | 'windows'>]>([
  ['of another processor', '<architecture>arm64</architecture>', { architecture: 'arm64', windows: false }],
  ['of Windows', '<architecture>x86_64</architecture><platform>windows</platform>', { architecture: 'x86_64', windows: true }],
  ['whose answer does not say', '', { windows: false }],
])('an image %s', async (_, more, said) => {
  service.current().ec2 = () => answer(image('ami-0123456789abcdef0', false, more))
  const { architecture: _architecture, windows: _windows, ...rest } = aMachineImage()
  expect(await ask('ami-0123456789abcdef0')).toEqual({ ok: true, value: { 'ami-0123456789abcdef0': { ...rest, ...said } } })
})

test('nothing is asked where no group names an image', async () => {
  expect(await ask(null, null)).toEqual({ ok: true, value: {} })
  expect(service.current().asked).toEqual([])
})

test('an answer without a state is a gap, not an image', async () => {
  service.current().ec2 = () => answer('<item><imageId>ami-0123456789abcdef0</imageId></item>')
  expect(await ask('ami-0123456789abcdef0')).toMatchObject({ ok: false, gap: { reason: 'unexpected' } })
})
