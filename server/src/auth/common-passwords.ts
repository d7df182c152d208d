/** The commonest of at least eight characters in public lists of stolen passwords, in lower case. */
const common = new Set(
  `12345678 123456789 1234567890 87654321 987654321 0987654321 11111111 00000000 12341234 123123123 12121212 11223344 1q2w3e4r 1q2w3e4r5t 1qaz2wsx
  1qaz2wsx3edc q1w2e3r4 zaq12wsx qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 asdfghjk asdfghjkl zxcvbnm1 password password1 password12 password123
  password1234 passw0rd p@ssw0rd p@ssword passwort passwort1 motdepasse contraseña iloveyou iloveyou1 princess princess1 sunshine sunshine1 football football1
  baseball baseball1 superman batman123 welcome1 welcome123 letmein1 letmein123 admin123 admin1234 administrator changeme changeme1 changeme123 trustno1
  starwars whatever computer internet michelle jennifer jordan23 liverpool chelsea1 monkey123 dragon123 master123 shadow123 michael1 charlie1 abcd1234
  abc12345 abcdefgh abcdefg1 a1b2c3d4 aa123456 asdf1234 test1234 testtest secret123 hello123 freedom1 corvette mustang1 maverick samantha danielle blink182
  lovelove nothing1 babygirl1 princesa elephant holdfast`.split(/\s+/u),
)

/** Whether a password is among the first that an attacker tries: a common one, one character repeated, or nothing visible. */
export function isCommonPassword(password: string): boolean {
  return common.has(password.toLowerCase()) || /^(.)\1*$/su.test(password) || password.trim() === ''
}

export const commonPasswordError = {
  code: 'PASSWORD_TOO_COMMON',
  message: 'This password is one of the first that an attacker tries. Choose another, for example three words',
} as const
