import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const listed = (contents: string) => {
  service.current().rest = () => ({
    headers: { 'content-type': 'application/xml' },
    body: `<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`,
  })
  return attempt(async () => (await service.current().clients.clients.s3.send(new ListObjectsV2Command({ Bucket: 'scripts' }))).Contents)
}
const object = (...algorithms: readonly string[]): string =>
  `<Contents><Key>on_create.sh</Key>${algorithms.map((name) => `<ChecksumAlgorithm>${name}</ChecksumAlgorithm>`).join('')}</Contents>`

test.each([
  ['one item', ['CRC64NVME']],
  ['several', ['CRC32', 'SHA256']],
])('a list without an element of its own: %s', async (_, algorithms) => {
  expect(await listed(object(...algorithms))).toEqual({ ok: true, value: [{ Key: 'on_create.sh', ChecksumAlgorithm: algorithms }] })
})

test('text in place of an item of such a list is none of its type', async () => {
  expect(await listed('<Contents>word</Contents>')).toMatchObject({
    ok: false,
    gap: { message: expect.stringContaining('Contents of the answer is a list, which is not a list of what belongs there') },
  })
})
