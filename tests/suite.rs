//! Every test of the workspace that needs more than one crate, in one binary.
#![cfg(test)]

mod architecture;

mod api {
    mod demo;
    mod auth;
    mod people;
    mod imports;
    mod tickets;
    mod http;
    mod https;
    mod limits;
    mod media;
    mod photos;
    mod program;
}

mod imports {
    mod command_line;
    mod files;
    mod office_sheet;
    mod real_data;
}

mod store {
    mod audit;
    mod devices;
    mod media;
    mod migrations;
    mod people;
    mod rows;
    mod scopes;
    mod tenants;
    mod tickets;
    mod tokens;
    mod transactions;
}

mod sync {
    mod live;
    mod scope;
    mod offline;
    pub(crate) mod street;
}

mod worker {
    mod pool;
}
