/* cksum.h -- the checksum of POSIX cksum; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
struct sum {
    const char *file;
    uint32_t crc;
    uint64_t length;
    int error; /* an errno, or 0: then crc and length are right */
};

/* cksum_table[k][b] is the remainder of byte b with k zero bytes behind it. */
static uint32_t cksum_table[8][256];

/* Fills the table. Call it once, before the first cksum(). */
static void cksum_prepare(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b << 24;
        for (int bit = 0; bit < 8; bit++)
            crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7 : 0);
        cksum_table[0][b] = crc;
    }
    for (int k = 1; k < 8; k++)
        for (uint32_t b = 0; b < 256; b++) {
            uint32_t crc = cksum_table[k - 1][b];
            cksum_table[k][b] = crc << 8 ^ cksum_table[0][crc >> 24];
        }
}

/* Takes eight bytes in a step: its eight look-ups do not need each other. */
static uint32_t cksum_add(uint32_t crc, const unsigned char *p, size_t n)
{
    uint32_t(*t)[256] = cksum_table;
    for (; n >= 8; n -= 8, p += 8)
        crc = t[7][p[0] ^ crc >> 24] ^ t[6][p[1] ^ (crc >> 16 & 255)] ^
              t[5][p[2] ^ (crc >> 8 & 255)] ^ t[4][p[3] ^ (crc & 255)] ^
              t[3][p[4]] ^ t[2][p[5]] ^ t[1][p[6]] ^ t[0][p[7]];
    for (; n > 0; n--, p++)
        crc = crc << 8 ^ t[0][crc >> 24 ^ *p];
    return crc;
}

/* Sums the bytes of a file and then its length, as POSIX cksum does. */
static struct sum cksum(const char *file)
{
    struct sum sum = {.file = file};
    unsigned char block[65536];
    FILE *in = fopen(file, "r");
    for (size_t n; in && (n = fread(block, 1, sizeof block, in)) > 0;) {
        sum.crc = cksum_add(sum.crc, block, n);
        sum.length += n;
    }
    if (!in || ferror(in))
        sum.error = errno;
    if (in)
        fclose(in);
    for (uint64_t rest = sum.length; rest > 0; rest >>= 8)
        sum.crc = cksum_add(sum.crc, &(unsigned char){rest & 255}, 1);
    sum.crc = ~sum.crc;
    return sum;
}
