/**
 * A certificate that signs itself, for 127.0.0.1 and localhost, with its key: public, worthless, good until 2126.
 * openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -addext subjectAltName=…
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUTmtdFFgddioi9IYXbuEg3PFlQOwwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJYmFoaSB0ZXN0MCAXDTI2MTEyMjExNDUxMFoYDzIxMjYxMDI5
MTE0NTEwWjAUMRIwEAYDVQQDDAliYWhpIHRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQSeq4EnEMdezs3ImDXKT+S1+nnpjnnt+uut2UZ61TCcxq8yHE7Hi1y
9q5CHQDbjxB5mPqR6SpwlFCh2wOEe1c6o28wbTAdBgNVHQ4EFgQU00buNat0gVNh
y22iYyoCrIQnMzIwHwYDVR0jBBgwFoAU00buNat0gVNhy22iYyoCrIQnMzIwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDSAAwRQIhANFjM683ZNzwRVaWK2WhOMta40vXTvhSCQ3wSbk7QCSuAiA8
hWF//9ult66kSJ9yfrfJOIqGj/zIZaHvfJ/PptieVw==
-----END CERTIFICATE-----
`;

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEm0Wi89NYJ6gNA67
V8es1HbILsZE5OnwKqfdDizmlt+hRANCAAQSeq4EnEMdezs3ImDXKT+S1+nnpjnn
t+uut2UZ61TCcxq8yHE7Hi1y9q5CHQDbjxB5mPqR6SpwlFCh2wOEe1c6
-----END PRIVATE KEY-----
`;
