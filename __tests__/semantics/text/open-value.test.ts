import { describe, expect, test } from '@jest/globals'
import { openValue } from '../../../src/semantics/text/open-value.ts'

describe('a placeholder that was left open is seen', () => {
  test.each([
    [`\${CLUSTER_NAME}`, `\${CLUSTER_NAME}`],
    [`arn:aws:iam::\${AWS::AccountId}:role/exec`, `\${AWS::AccountId}`],
    ['$SUBNET_ID', '$SUBNET_ID'],
    ['s3://$BUCKET/src', '$BUCKET'],
    ['$(terraform output -raw subnet)', '$(terraform output -raw subnet)'],
    ['s3://<your-bucket>/src', '<your-bucket>'],
    ['<SECURITY_GROUP>', '<SECURITY_GROUP>'],
    ['arn:aws:iam::<account id>:role/exec', '<account id>'],
    ['{{ cluster.name }}', '{{ cluster.name }}'],
    ['%BUCKET%', '%BUCKET%'],
    ['subnet-xxxxxxxx', 'subnet-xxxxxxxx'],
    ['sg-0xxxxx', null],
    ['fs-xxx.fsx.us-west-2.amazonaws.com', 'fs-xxx'],
    ['REPLACE_ME', 'REPLACE_ME'],
    ['s3://CHANGE-ME/scripts', 'CHANGE-ME'],
    ['arn:aws:iam::111122223333:role/YOUR_ROLE', 'YOUR_ROLE'],
    ['PLACEHOLDER_FSX_DNS', 'PLACEHOLDER_FSX_DNS'],
  ])('%s', (text, found) => {
    expect(openValue(text)).toBe(found)
  })
})

describe('what may be a name is none', () => {
  test.each([
    '',
    'training',
    'my-bucket',
    'your-bucket',
    's3://sagemaker-example/scripts/',
    'arn:aws:iam::111122223333:role/service-role/HyperPod+exec=a,b.c@d-e',
    'subnet-0a1b2c3d4e5f60718',
    'ml.p5.48xlarge',
    'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com',
    '$a$',
    'cron(0 0 * * ? *)',
    'a < b',
    'placeholder-team',
    'exchange-me-not',
  ])('%s', (text) => {
    expect(openValue(text)).toBeNull()
  })
})
