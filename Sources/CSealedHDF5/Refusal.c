// What is not read of a file that HDF5 would read.
#include "Sealed.h"

#include <stdio.h>

enum { LARGEST_TEXT = 1 << 20, LARGEST_CHUNK = 1 << 26, LARGEST_ATTRIBUTE = 1 << 24, MOST_FILTERS = 4 };

// HDF5's own filters that pack without a program of another's.
static const char *filter_refusal(hid_t creation, char sentence[CSEALED_SENTENCE]) {
    int count = H5Pget_nfilters(creation);
    if (count > MOST_FILTERS) return "is packed by more filters than are read";
    for (int i = 0; i < count; i++) {
        unsigned flags, configuration;
        size_t values = 0;
        H5Z_filter_t filter = H5Pget_filter2(creation, (unsigned)i, &flags, &values, NULL, 0, NULL, &configuration);
        if (filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32) continue;
        snprintf(
            sentence, CSEALED_SENTENCE, "is packed by filter %d, and only deflate, shuffle and Fletcher-32 are read",
            (int)filter);
        return sentence;
    }
    return NULL;
}

// Whether a type has bits outside of its bytes, where HDF5's conversions would read and write, or is text of any length but not
// of pointers, whose place its reader provides.
static bool is_damaged(hid_t type) {
    H5T_class_t class = H5Tget_class(type);
    size_t bits = 8 * H5Tget_size(type);
    if (class == H5T_STRING) return H5Tis_variable_str(type) > 0 && bits != 8 * sizeof(char *);
    if (class != H5T_INTEGER && class != H5T_FLOAT) return false;
    size_t precision = H5Tget_precision(type);
    int offset = H5Tget_offset(type);
    if (precision == 0 || offset < 0 || precision > bits || (size_t)offset > bits - precision) return true;
    if (class == H5T_INTEGER) return false;
    size_t sign, exponent, exponent_bits, mantissa, mantissa_bits;
    if (H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) < 0) return true;
    return sign >= precision || exponent_bits == 0 || exponent_bits > precision || exponent > precision - exponent_bits
        || mantissa_bits == 0 || mantissa_bits > precision || mantissa > precision - mantissa_bits;
}

// 0, or 1 where the values lie elsewhere, 2 where they are too large.
int csealed_dataset_refusal(int64_t dataset, char sentence[CSEALED_SENTENCE]) {
    hid_t creation = H5Dget_create_plist((hid_t)dataset), type = H5Dget_type((hid_t)dataset);
    const char *elsewhere = NULL;
    int refused = 0;
    H5D_layout_t layout = H5Pget_layout(creation);
    if (layout == H5D_VIRTUAL || H5Pget_external_count(creation) > 0) {
        elsewhere = "keeps its values in other files, which are not read";
    } else if (layout == H5D_LAYOUT_ERROR) {
        elsewhere = "has a layout that is not read";
    } else {
        elsewhere = filter_refusal(creation, sentence);
    }
    if (elsewhere) {
        if (elsewhere != sentence) snprintf(sentence, CSEALED_SENTENCE, "%s", elsewhere);
        refused = 1;
    }
    size_t size = H5Tget_size(type);
    if (!refused && is_damaged(type)) {
        snprintf(sentence, CSEALED_SENTENCE, "has a damaged type");
        refused = 2;
    }
    if (!refused && size > LARGEST_TEXT) {
        snprintf(sentence, CSEALED_SENTENCE, "has values of %zu bytes each, and at most %d are read", size, LARGEST_TEXT);
        refused = 2;
    }
    if (!refused && layout == H5D_CHUNKED) {
        hsize_t extents[H5S_MAX_RANK];
        int rank = H5Pget_chunk(creation, H5S_MAX_RANK, extents);
        double bytes = (double)size;
        for (int i = 0; i < rank; i++) bytes *= (double)extents[i];
        hsize_t stored = H5Pget_nfilters(creation) > 0 ? 0 : H5Dget_storage_size((hid_t)dataset);
        if (bytes > LARGEST_CHUNK && bytes > (double)stored) {
            snprintf(
                sentence, CSEALED_SENTENCE, "has chunks of %.0f bytes, more than are stored, and at most %d are read", bytes,
                LARGEST_CHUNK);
            refused = 2;
        }
    }
    H5Tclose(type);
    H5Pclose(creation);
    return refused;
}

int csealed_attribute_refusal(int64_t attribute, char sentence[CSEALED_SENTENCE]) {
    hid_t type = H5Aget_type((hid_t)attribute), space = H5Aget_space((hid_t)attribute);
    double bytes = (double)H5Tget_size(type) * (double)H5Sget_simple_extent_npoints(space);
    bool has_damaged_type = is_damaged(type);
    H5Sclose(space);
    H5Tclose(type);
    if (has_damaged_type) {
        if (sentence) snprintf(sentence, CSEALED_SENTENCE, "has a damaged type");
        return 2;
    }
    if (bytes >= 0 && bytes <= LARGEST_ATTRIBUTE) return 0;
    if (sentence) snprintf(sentence, CSEALED_SENTENCE, "takes %.0f bytes, and at most %d are read", bytes, LARGEST_ATTRIBUTE);
    return 2;
}
