import { AwsEc2QueryProtocol, AwsQueryProtocol, AwsRestXmlProtocol, XmlShapeDeserializer } from '@aws-sdk/core/protocols'
import { HttpInterceptingShapeDeserializer } from '@smithy/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'
import type { Schema } from '@smithy/types'

/*
 * In XML everything is text, and the SDK makes of it what the member asks for: a number of an empty text is 0, a boolean of any other word
 * is false, and a list of a word is empty. Each of them is an answer that AWS did not give. Here such a text stays the text that it is, for
 * `typedAnswers` to find it.
 */

/** Reads XML as the SDK does, except for text in place of something else. */
class TextAsItIs extends XmlShapeDeserializer {
  override readSchema(schema: Schema, value: unknown): unknown {
    if (typeof value !== 'string') return super.readSchema(schema, value)
    const member = NormalizedSchema.of(schema)
    const text = value.trim()
    if (member.isNumericSchema()) return text === '' ? undefined : Number.isFinite(Number(text)) ? Number(text) : text
    if (member.isBooleanSchema()) return text === '' ? undefined : (booleans.get(text.toLowerCase()) ?? text)
    // The one item of a list that stands in no element of its own is all that there is of the list.
    if (member.isListSchema() && member.getMergedTraits().xmlFlattened) return super.readSchema(schema, value)
    const hasMembers = member.isStructSchema() || member.isListSchema() || member.isMapSchema()
    return hasMembers && text !== '' ? text : super.readSchema(schema, value)
  }
}

/** S3 writes some of them in capitals: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** The protocol of EC2. */
export class Ec2Answers extends AwsEc2QueryProtocol {
  constructor(options: ConstructorParameters<typeof AwsEc2QueryProtocol>[0]) {
    super(options)
    this.deserializer = new TextAsItIs(this.deserializer.settings)
  }
}

/** The protocol of IAM and STS. */
export class QueryAnswers extends AwsQueryProtocol {
  constructor(options: ConstructorParameters<typeof AwsQueryProtocol>[0]) {
    super(options)
    this.deserializer = new TextAsItIs(this.deserializer.settings)
  }
}

/** The protocol of S3 and Route 53. */
export class RestXmlAnswers extends AwsRestXmlProtocol {
  constructor(options: ConstructorParameters<typeof AwsRestXmlProtocol>[0]) {
    super(options)
    const { settings } = this.getPayloadCodec()
    this.deserializer = new HttpInterceptingShapeDeserializer(new TextAsItIs(settings), settings)
  }
}
