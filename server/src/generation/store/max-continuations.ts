/** The most times that one answer goes on by itself after it broke off in mid-text: each is a call that is paid for. */
export const maxContinuations = 2
