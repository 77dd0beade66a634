// A file driver of HDF5's over one open, sealed file.
#include "Sealed.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    H5FD_t base;
    csealed *file;
    haddr_t end_of_addresses;
} driver_file;

static H5FD_t *open_file(const char *name, unsigned flags, hid_t access, haddr_t maximum) {
    (void)maximum;
    csealed *const *chosen = H5Pget_driver_info(access);
    // Not a file that this one leads to: HDF5 opens those with what it knows of this one.
    if (!chosen || !*chosen || strcmp((*chosen)->name, name) != 0) {
        H5Epush2(
            H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_FILE, H5E_CANTOPENFILE,
            "it leads to another file, which is not read");
        return NULL;
    }
    csealed *file = *chosen;
    bool is_writing = flags & (H5F_ACC_RDWR | H5F_ACC_TRUNC | H5F_ACC_CREAT);
    if (is_writing && !file->is_writing) return NULL;
    if (flags & H5F_ACC_TRUNC && sealed_truncate(file, 0) != 0) return NULL;
    driver_file *opened = calloc(1, sizeof *opened);
    if (!opened) return NULL;
    atomic_fetch_add(&file->references, 1);
    opened->file = file;
    return &opened->base;
}

static herr_t close_file(H5FD_t *base) {
    csealed_release(((driver_file *)base)->file);
    free(base);
    return 0;
}

// Those of HDF5's usual driver: the same files come of it.
static herr_t query(const H5FD_t *base, unsigned long *flags) {
    (void)base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE
        | H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t end_of_addresses(const H5FD_t *base, H5FD_mem_t type) {
    (void)type;
    return ((const driver_file *)base)->end_of_addresses;
}

static herr_t set_end_of_addresses(H5FD_t *base, H5FD_mem_t type, haddr_t address) {
    (void)type;
    ((driver_file *)base)->end_of_addresses = address;
    return 0;
}

static haddr_t end_of_file(const H5FD_t *base, H5FD_mem_t type) {
    (void)type;
    return ((const driver_file *)base)->file->length;
}

static herr_t read_bytes(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
    (void)type, (void)transfer;
    return sealed_read(((driver_file *)base)->file, address, size, buffer);
}

static herr_t write_bytes(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer
) {
    (void)type, (void)transfer;
    return sealed_write(((driver_file *)base)->file, address, size, buffer);
}

static herr_t truncate_file(H5FD_t *base, hid_t transfer, hbool_t is_closing) {
    (void)transfer, (void)is_closing;
    driver_file *opened = (driver_file *)base;
    if (!opened->file->is_writing || opened->end_of_addresses == opened->file->length) return 0;
    return sealed_truncate(opened->file, opened->end_of_addresses);
}

hid_t sealed_driver(void) {
    static hid_t registered = -1;
    static const H5FD_class_t driver = {
#ifdef H5FD_CLASS_VERSION
        .version = H5FD_CLASS_VERSION,
        .value = (H5FD_class_value_t)384,   // of those that are not registered
#endif
        .name = "sealed",
        .maxaddr = ((haddr_t)1 << 62),
        .fc_degree = H5F_CLOSE_STRONG,
        .fapl_size = sizeof(csealed *),
        .open = open_file,
        .close = close_file,
        .query = query,
        .get_eoa = end_of_addresses,
        .set_eoa = set_end_of_addresses,
        .get_eof = end_of_file,
        .read = read_bytes,
        .write = write_bytes,
        .truncate = truncate_file,
        .fl_map = H5FD_FLMAP_DICHOTOMY,
    };
    if (registered < 0) registered = H5FDregister(&driver);
    return registered;
}

int csealed_set_access(int64_t access, csealed *file) {
    hid_t driver = sealed_driver();
    return driver < 0 ? -1 : H5Pset_driver((hid_t)access, driver, &file);
}

hid_t sealed_open_hdf5(csealed *file) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0) return -1;
    hid_t opened = -1;
    if (H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 && csealed_set_access(access, file) >= 0)
        opened = H5Fopen(file->name, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return opened;
}
