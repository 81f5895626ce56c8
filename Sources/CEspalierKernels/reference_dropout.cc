#include <string.h>

#include "reference.h"

namespace {

// The product in the field of 256 elements that AES uses: polynomials modulo x^8 + x^4 + x^3 + x + 1.
uint8_t FieldProduct(uint8_t a, uint8_t b) {
  uint8_t product = 0;
  for (int bit = 0; bit < 8; ++bit) {
    if ((b >> bit & 1) != 0) product ^= a;
    a = static_cast<uint8_t>(a << 1 ^ ((a & 0x80) != 0 ? 0x1B : 0));
  }
  return product;
}

// FIPS 197, section 5.1.1: the inverse, and a map that is linear over bits.
uint8_t SubstitutedByte(uint8_t x) {
  uint8_t inverse = 1;
  // x^254 is the inverse, and 0 for 0.
  for (int power = 0; power < 254; ++power) inverse = FieldProduct(inverse, x);
  uint8_t result = 0x63;
  for (int turn = 0; turn < 5; ++turn) result ^= static_cast<uint8_t>(inverse << turn | inverse >> (8 - turn));
  return result;
}

// The substitution of every byte.
struct Substitution {
  uint8_t of[256];

  Substitution() {
    for (int x = 0; x < 256; ++x) of[x] = SubstitutedByte(static_cast<uint8_t>(x));
  }
};

// A round of AES without its key (FIPS 197, sections 5.1.1 to 5.1.3); byte 4 c + r is row r of column c.
void AesRound(const Substitution& substitution, bool mixes, uint8_t state[16]) {
  uint8_t shifted[16];
  for (int c = 0; c < 4; ++c) {
    for (int r = 0; r < 4; ++r) shifted[4 * c + r] = substitution.of[state[4 * ((c + r) % 4) + r]];
  }
  memcpy(state, shifted, sizeof(shifted));
  for (int c = 0; mixes && c < 4; ++c) {
    for (int r = 0; r < 4; ++r) {
      const auto at = [&](int row) { return shifted[4 * c + row % 4]; };
      state[4 * c + r] = static_cast<uint8_t>(FieldProduct(2, at(r)) ^ FieldProduct(3, at(r + 1)) ^ at(r + 2) ^ at(r + 3));
    }
  }
}

// The bytes of two 64-bit numbers, lowest first, added to the state without carries.
void AddKey(uint64_t low, uint64_t high, uint8_t state[16]) {
  for (int byte = 0; byte < 8; ++byte) {
    state[byte] ^= static_cast<uint8_t>(low >> (8 * byte));
    state[8 + byte] ^= static_cast<uint8_t>(high >> (8 * byte));
  }
}

void Ars(const Substitution& substitution, esp_dropout_stream stream, const uint32_t counter[4], uint8_t state[16]) {
  for (int byte = 0; byte < 16; ++byte) state[byte] = static_cast<uint8_t>(counter[byte / 4] >> (8 * (byte % 4)));
  uint64_t low = stream.key0 | static_cast<uint64_t>(stream.key1) << 32, high = 0;
  AddKey(low, high, state);
  for (int round = 1; round <= ESP_DROPOUT_ROUNDS; ++round) {
    low += ESP_DROPOUT_KEY_STEP_LOW;
    high += ESP_DROPOUT_KEY_STEP_HIGH;
    AesRound(substitution, round < ESP_DROPOUT_ROUNDS, state);
    AddKey(low, high, state);
  }
}

}  // namespace

extern "C" {

void esp_reference_dropout_mask(size_t rows, size_t lanes, esp_dropout_stream stream, float rate, uint16_t* mask) {
  const Substitution substitution;
  const uint32_t limit = esp_dropout_limit(rate);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const uint32_t counter[4] = {static_cast<uint32_t>((stream.first_lane + lane) / 8), static_cast<uint32_t>(row),
                                   stream.step, stream.site};
      uint8_t state[16];
      Ars(substitution, stream, counter, state);
      const size_t at = lane % 8 * 2;
      const uint32_t number = (state[at] | static_cast<uint32_t>(state[at + 1]) << 8) ^ 0x8000u;
      uint16_t& word = mask[row * (lanes / 16) + lane / 16];
      const uint16_t bit = static_cast<uint16_t>(1u << (lane % 16));
      word = static_cast<uint16_t>(number >= limit ? word | bit : word & ~bit);
    }
  }
}

}  // extern "C"
