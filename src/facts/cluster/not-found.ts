/** What was learned; null where AWS answers that the cluster does not exist. */
export const unlessNotFound = async <T>(learn: () => Promise<T>): Promise<T | null> => {
  try {
    return await learn()
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFound') return null
    throw error
  }
}
